import { alternate } from "../measure/alternate.ts";
import { AnswerTimer } from "../measure/timed-answer.ts";
import type { Scenario } from "../scenario.ts";

/** A new conversation. Turnpike has a spare ready; the SDK starts a process, or has prewarmed one too. */
export const firstTurn: Scenario = {
  name: "first-turn",
  title: "First turn",
  async run({ sdk, spec, samples, isSmoke, newTag, newConversation, settle }) {
    const rounds = { counted: samples, warmUps: isSmoke ? 0 : 1 };
    const { turnpike, cold, claimed } = await alternate(rounds, {
      async turnpike() {
        await settle();
        const conversation = newConversation("resent");
        const { firstTokenMs } = await conversation.ask(20, "spare");
        await conversation.forget();
        return firstTokenMs;
      },
      async cold() {
        await settle();
        const timer = new AnswerTimer();
        const session = sdk.start(spec, newTag());
        const { firstTokenMs } = await session.ask(20, timer);
        await session.end();
        return firstTokenMs;
      },
      async claimed() {
        const spare = await sdk.prewarm(spec, newTag());
        await settle();
        const timer = new AnswerTimer();
        const session = spare.claim();
        const { firstTokenMs } = await session.ask(20, timer);
        await session.end();
        return firstTokenMs;
      },
    });
    const row = { what: "first token", unit: "ms", turnpike } as const;
    return [
      { ...row, bare: { what: "cold query()", samples: cold }, maxRatio: 0.5 },
      { ...row, bare: { what: "prewarm() and claim()", samples: claimed } },
    ];
  },
};
