import { readsWith, type Stage } from '../workspace/stage.ts';

/** Closes a run: writes down which table was made by which stage from which tables, for the way back from any number. */
export function finalizeStage(stages: readonly Stage[]): Stage {
  return {
    name: 'finalize',
    title: 'Record where each table comes from',
    reads: stages.flatMap(({ writes }) => writes),
    optional: stages.flatMap(({ writes }) => writes),
    writes: ['lineage'],
    parameters: [],
    version: 1,
    async run({ session, parameters, read, has, write }) {
      await session.run(`CREATE TABLE ${write('lineage')} (table_name VARCHAR, stage VARCHAR, made_from VARCHAR[], rows BIGINT)`);
      let tables = 0;
      for (const stage of stages) {
        const sources = [];
        for (const table of readsWith(stage, parameters)) if (await has(table)) sources.push(table);
        for (const table of stage.writes) {
          if (!(await has(table))) continue;
          await session.run(
            `INSERT INTO ${write('lineage')} SELECT ?, ?, CAST(from_json(?, '["VARCHAR"]') AS VARCHAR[]), count(*) FROM ${read(table)}`,
            [table, stage.name, JSON.stringify(sources)],
          );
          tables++;
        }
      }
      return { rowsIn: tables, rowsOut: tables };
    },
  };
}
