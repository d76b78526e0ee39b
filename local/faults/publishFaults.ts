import type { ServicePublish } from '../iot/broker/broker.ts';
import { ConnectionCut, type Faults } from './faults.ts';

/** Publishes by the data plane's API, struck as those of devices are. @throws ConnectionCut */
export const publishWithFaults =
  (publish: ServicePublish, faults: Pick<Faults, 'any' | 'publish'> | undefined): ServicePublish =>
  (topic, payload, options) => {
    const take = () => publish(topic, payload, options);
    if (!faults?.any) return take();
    return new Promise((resolve, reject) => {
      const cut = () => reject(new ConnectionCut());
      faults.publish({
        topic,
        client: undefined,
        accept: () => take().then(resolve, reject),
        again: () => void take().catch(reject),
        acceptAndCut: () => void take().then(cut, reject),
        cut,
      });
    });
  };
