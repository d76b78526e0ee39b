import * as z from 'zod';
import { applicationId, timestamp, typeName, version } from './identifiers.ts';
import { thingModel } from './thingModel.ts';

/** What devices of a kind have in common: an item of the directory table. */
export const deviceType = z
  .object({ applicationId, typeName, thingModel, version, createdAt: timestamp, updatedAt: timestamp })
  .meta({ id: 'DeviceType' });
export type DeviceType = z.infer<typeof deviceType>;

/** Metric → unit of what devices of the type send. */
export const unitsOf = ({ thingModel: { properties = {} } }: Pick<DeviceType, 'thingModel'>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(properties).flatMap(([metric, { unit }]) => (unit === undefined ? [] : [[metric, unit]])),
  );
