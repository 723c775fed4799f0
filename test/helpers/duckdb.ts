// Asks DuckDB, which reads Parquet without any code of ours.
import { DuckDBInstance, type Json } from '@duckdb/node-api'

/** Returns the rows of a query, each an object by column. It installs no extensions, so that nothing is downloaded. */
export async function queryDuckDb(sql: string): Promise<Record<string, Json>[]> {
  const database = await DuckDBInstance.create(':memory:', { autoinstall_known_extensions: 'false' })
  try {
    const connection = await database.connect()
    try {
      return (await connection.runAndReadAll(sql)).getRowObjectsJson()
    } finally {
      connection.closeSync()
    }
  } finally {
    database.closeSync()
  }
}

/** The name of a file or a pattern as SQL has it. */
export const quoted = (file: string): string => `'${file.replaceAll("'", "''")}'`
