const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The time of a request as events carry it: `12/Mar/2020:19:03:58 +0000` (Common Log Format). */
export function requestTime(milliseconds: number): string {
  const [date = '', time = ''] = new Date(milliseconds).toISOString().split(/[T.]/);
  const [year, month, day] = date.split('-');
  return `${day}/${months[Number(month) - 1]}/${year}:${time} +0000`;
}
