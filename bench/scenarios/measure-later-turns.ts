import { alternate } from "../measure/alternate.ts";
import type { TestBed } from "../test-bed.ts";

const TURNS = { first: 2, last: 5 };

/** First tokens of turns 2 to 5, of as many conversations as there are samples: Turnpike's beside a live `query()`'s. */
export async function measureLaterTurns(
  bed: TestBed,
  history: "resent" | "kept",
): Promise<{ turnpike: readonly number[]; bare: readonly number[] }> {
  const pairs = await alternate(
    { counted: bed.samples, warmUps: bed.isSmoke ? 0 : 1 },
    { pair: () => measurePair(bed, history) },
  );
  return {
    turnpike: pairs.pair.flatMap(({ turnpike }) => turnpike),
    bare: pairs.pair.flatMap(({ bare }) => bare),
  };
}

async function measurePair(bed: TestBed, history: "resent" | "kept") {
  await bed.settle();
  const conversation = bed.newConversation(history);
  await conversation.ask(20, "spare");
  const session = bed.sdk.start(bed.spec, bed.newTag());
  await session.ask(20);
  const turns = await alternate(
    { counted: TURNS.last - TURNS.first + 1, warmUps: 0 },
    {
      async turnpike() {
        await bed.settle();
        return (await conversation.ask(20, "hot")).firstTokenMs;
      },
      async bare() {
        await bed.settle();
        return (await session.ask(20)).firstTokenMs;
      },
    },
  );
  await session.end();
  await conversation.forget();
  return turns;
}
