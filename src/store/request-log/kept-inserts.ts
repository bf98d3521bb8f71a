import { CompiledQuery, type Kysely } from "kysely";

/** Rows in one statement: to write one takes this thread, too, and both databases bound the number of parameters. */
const ROWS_AT_ONCE = 50;

/**
 * Inserts of many rows. The text of each is kept, by the number of its rows: to build it takes longer than to send it. All rows of
 * a name have the same columns in the same order.
 */
export class KeptInserts {
  readonly #texts = new Map<string, string>();

  /**
   * @param build the statement with these rows, of which every value is a parameter
   * @returns what the statements give back
   */
  async run<Row extends object, Given = never>(
    db: Pick<Kysely<never>, "executeQuery">,
    name: string,
    rows: readonly Row[],
    build: (rows: readonly Row[]) => { compile(): CompiledQuery },
  ): Promise<readonly Given[]> {
    const given: Given[] = [];
    for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
      const some = rows.slice(at, at + ROWS_AT_ONCE);
      const values: readonly unknown[] = some.flatMap((row) => Object.values(row));
      const text = this.#textFor(`${name} ${some.length}`, values, () => build(some).compile());
      const answer = await db.executeQuery<Given>(CompiledQuery.raw(text, [...values]));
      given.push(...answer.rows);
    }
    return given;
  }

  #textFor(key: string, values: readonly unknown[], compile: () => CompiledQuery): string {
    const known = this.#texts.get(key);
    if (known !== undefined) return known;
    const { sql, parameters } = compile();
    if (parameters.length !== values.length || parameters.some((value, index) => value !== values[index])) {
      throw new Error(`The values of ${key} are not the parameters of its statement.`);
    }
    this.#texts.set(key, sql);
    return sql;
  }
}
