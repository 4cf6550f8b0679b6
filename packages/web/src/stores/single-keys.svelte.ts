/** Whether single letters are commands: who speaks to the device, or presses keys by mistake, turns them off (WCAG 2.1.4). */
const KEY = 'single-keys';
let on = $state(read());

export function singleKeys(): boolean {
  return on;
}

export function setSingleKeys(wanted: boolean): void {
  on = wanted;
  try {
    if (wanted) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, 'off');
  } catch {
    // Without storage it lasts as long as the page.
  }
}

function read(): boolean {
  try {
    return localStorage.getItem(KEY) !== 'off';
  } catch {
    return true;
  }
}
