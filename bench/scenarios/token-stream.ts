import { alternate } from "../measure/alternate.ts";
import type { TimedAnswer } from "../measure/timed-answer.ts";
import type { Measurement, Scenario } from "../scenario.ts";

/** A long answer in a hot conversation, one token per delta, as fast as the model can write. */
export function tokenStream(tokens: number): Scenario {
  return {
    name: `stream-${tokens}`,
    title: `Stream of ${tokens.toLocaleString("en")} tokens, hot`,
    async run({ sdk, spec, samples, isSmoke, newTag, newConversation, settle }) {
      const session = sdk.start(spec, newTag());
      await session.ask(20);
      await settle();
      const conversation = newConversation("kept");
      await conversation.ask(20, "spare");
      const { turnpike, bare } = await alternate(
        { counted: samples, warmUps: isSmoke ? 0 : 2 },
        {
          async turnpike() {
            await settle();
            return conversation.ask(tokens, "hot");
          },
          async bare() {
            await settle();
            return session.ask(tokens);
          },
        },
      );
      await session.end();
      await conversation.forget();

      const compare = (
        what: string,
        unit: Measurement["unit"],
        measure: (answer: TimedAnswer) => number,
      ): Measurement => ({
        what,
        unit,
        turnpike: turnpike.map(measure),
        bare: { what: "hot turn of one query()", samples: bare.map(measure) },
      });
      return [
        compare("last token", "ms", ({ lastTokenMs }) => lastTokenMs),
        compare("per token after the first", "µs", ({ firstTokenMs, lastTokenMs }) => {
          return ((lastTokenMs - firstTokenMs) / (tokens - 1)) * 1000;
        }),
      ];
    },
  };
}
