/** Imported first: what the functions log and count would drown the tests' own lines. */
process.env['LOG_LEVEL'] = 'SILENT';
process.env['POWERTOOLS_METRICS_DISABLED'] = 'true';
