import './withoutEval.ts';
import { applicationChooser } from './applicationChooser.ts';
import { deviceBoard } from './deviceBoard.ts';
import { listDevices, pageSize } from './devices.ts';
import { elementById, write } from './element.ts';
import { openLiveSocket } from './liveSocket.ts';
import { liveTraffic } from './liveTraffic.ts';
import { signOut } from './session.ts';
import { signedIn } from './signInForm.ts';
import { statusBar } from './statusBar.ts';

const traffic = liveTraffic();
const status = statusBar(traffic);
const board = deviceBoard(elementById('board'));
const empty = elementById('empty');
const more = elementById('more') as HTMLButtonElement;

await signedIn();
elementById('sign-out').hidden = false;
elementById('sign-out').addEventListener('click', () => void signOut());
const applications = applicationChooser();
const socket = openLiveSocket({
  onState: status.showState,
  onUpdates(updates) {
    const now = Date.now();
    for (const update of updates) {
      traffic.record(update, now);
      board.take(update);
    }
    status.showUpdates();
  },
  onRefusal: showNotice,
});

let wanted = pageSize;
let wake = () => {};
more.addEventListener('click', () => {
  wanted += pageSize;
  more.disabled = true;
  wake();
});

for (;;) {
  await showDevices().catch((error: Error) => showNotice(error.message));
  await new Promise<void>((resolve) => {
    wake = resolve;
    setTimeout(resolve, board.size === 0 ? 1_000 : 5_000);
  });
}

async function showDevices(): Promise<void> {
  const applicationId = await applications.chosen();
  const page = applicationId === undefined ? { devices: [], more: false } : await listDevices(applicationId, wanted);
  board.show(page.devices);
  socket.subscribe(page.devices.map(({ deviceId }) => `device:${deviceId}`));
  status.showDevices(board.size, page.more);
  empty.hidden = board.size > 0;
  more.hidden = !page.more;
  more.disabled = false;
  showNotice('');
}

function showNotice(words: string): void {
  const notice = elementById('notice');
  write(notice, words);
  notice.hidden = words === '';
}
