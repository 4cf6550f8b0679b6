/** Numbers by name that outlive a reload of the page, but not the tab. */
export function keptMap(name: string, most: number, beforeLeaving = () => {}): Map<string, number> {
  const map = new Map<string, number>(read(name));
  addEventListener('pagehide', () => {
    beforeLeaving();
    try {
      sessionStorage.setItem(name, JSON.stringify([...map].slice(-most)));
    } catch {
      // Without storage they last as long as the page.
    }
  });
  return map;
}

function read(name: string): [string, number][] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(name) ?? '[]');
    return Array.isArray(kept) ? kept : [];
  } catch {
    return [];
  }
}
