/** npm passes a Ctrl-C on to a process that the terminal has told already, so what follows at once is the same Ctrl-C. */
const sameKeystroke = 500;

/**
 * Calls `stop` at the first SIGINT or SIGTERM; a second one, given while that is under way, ends the process (exit code 130).
 */
export function onStopSignal(stop: () => void): void {
  let first: number | undefined;
  const hear = () => {
    if (first === undefined) {
      first = Date.now();
      stop();
    } else if (Date.now() - first > sameKeystroke) {
      process.exit(130);
    }
  };
  process.on('SIGINT', hear).on('SIGTERM', hear);
}
