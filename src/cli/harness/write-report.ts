// Writes a run's report.html into its folder.
import { join } from 'node:path';
import { replaceFile } from '../../disk/replace-file.ts';
import { renderReport } from '../../harness/report/report.ts';
import type { RunRecords } from '../../harness/train/model/records.ts';

/**
 * Returns the file; undefined without records, or if it can't be written, which only deserves a
 * warning.
 */
export async function writeReport(
  folder: string,
  records: RunRecords | undefined,
  warn: (message: string) => void,
): Promise<string | undefined> {
  if (records === undefined) return undefined;
  const report = join(folder, 'report.html');
  try {
    await replaceFile(report, renderReport(records), { sync: true });
    return report;
  } catch (error) {
    warn(`warning: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
