import { ulid } from 'ulid';
import * as z from 'zod';
import { progressBar } from '../progressBar.ts';
import type { RegistryApi } from './registryApi.ts';
import type { FileRow, RowsFile } from './rowsFile.ts';

/** As functions/platform/http/bulk.ts takes them. */
const rowsPerRequest = 500;

const report = z.object({
  rows: z.array(
    z.object({
      row: z.number(),
      result: z.enum(['created', 'updated', 'unchanged', 'refused']),
      reason: z.string().optional(),
    }),
  ),
});

export interface Imported {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly refused: readonly { readonly row: FileRow; readonly reason: string }[];
}

interface ImportOptions {
  readonly what: 'devices' | 'rooms';
  readonly application: string | undefined;
  readonly mode: 'create' | 'upsert';
}

/** Sends a file's rows, 500 a request, gateways before the devices that may name them. */
export async function importFile(api: RegistryApi, file: RowsFile, options: ImportOptions): Promise<Imported> {
  const { what, application, mode } = options;
  const isGateway = (row: FileRow) => file.field(row, 'kind') === 'gateway';
  const ordered = [...file.rows.filter(isGateway), ...file.rows.filter((row) => !isGateway(row))];
  const query = new URLSearchParams({ mode, ...(application !== undefined && { applicationId: application }) });
  const counts = { created: 0, updated: 0, unchanged: 0 };
  const refused: { row: FileRow; reason: string }[] = [];
  const bar = progressBar(what, ordered.length);
  try {
    for (let from = 0; from < ordered.length; from += rowsPerRequest) {
      const part = ordered.slice(from, from + rowsPerRequest);
      const response = await api({
        method: 'POST',
        path: `/api/${what}/import?${query}`,
        type: file.type,
        body: file.body(part),
        idempotencyKey: ulid(),
      });
      for (const { row, result, reason = '' } of report.parse(await response.json()).rows) {
        const given = part[row - 1];
        if (result !== 'refused') counts[result] += 1;
        else if (given !== undefined) refused.push({ row: given, reason });
      }
      bar.update(from + part.length);
    }
  } finally {
    bar.done();
  }
  return { ...counts, refused: refused.sort((one, other) => one.row.row - other.row.row) };
}
