// A file of the library as an export has it.
import type { PhotoFile } from '../../contract/photos.ts'
import type { ColumnValues } from './columns.ts'

/** A file of the library with its name as the export shows it. */
export interface ExportFile extends PhotoFile {
  /** Relative to the exported folder, with `/`. */
  readonly fileName: string
  /** The columns that were asked for. */
  readonly columns: ColumnValues
}
