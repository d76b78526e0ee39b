import * as z from 'zod';
import { thingModel } from '../../../functions/model/thingModel.ts';
import { stationInputs } from './stationActions.ts';

export const stationType = 'weather-station';

/** An action's input as Thing Models write it. */
function inputOf(schema: z.ZodType): object {
  const { type, properties, required } = z.toJSONSchema(schema);
  return { type, properties, ...(required !== undefined && required.length > 0 && { required }) };
}

/** The type of the simulated weather stations: what they measure (data/SOURCE.md), can do, and tell. */
export const stationModel = thingModel.parse({
  title: 'Weather station (simulated)',
  description:
    'Replays NOAA hourly normals; obeys commands, and follows its twin, as `npm run simulate -- --behaviour` says',
  version: { model: '1' },
  properties: {
    temperature: { type: 'number', unit: 'Cel', minimum: -60, maximum: 60, readOnly: true },
    pressure: { type: 'number', unit: 'hPa', minimum: 800, maximum: 1100, readOnly: true },
    wind: { type: 'number', unit: 'm/s', minimum: 0, maximum: 120, readOnly: true },
    target: { title: 'Temperature to hold', type: 'number', unit: 'Cel', minimum: -40, maximum: 60 },
  },
  actions: {
    setTarget: { title: 'Hold a temperature', input: inputOf(stationInputs.setTarget), idempotent: true },
    reboot: { title: 'Disconnect, and start anew', input: inputOf(stationInputs.reboot) },
    sleep: { title: 'Be away for a while', input: inputOf(stationInputs.sleep) },
    fail: { title: 'Fail, to see what happens then', input: inputOf(stationInputs.fail) },
  },
});
