/** The browser's offer to install the client as an app, kept until somebody wants it. */
type Offer = Event & { prompt: () => Promise<void>; userChoice: Promise<{ outcome: string }> };

let offer = $state.raw<Offer | null>(null);

export function canInstall(): boolean {
  return offer !== null;
}

export function watchInstall(): void {
  addEventListener('beforeinstallprompt', (event) => {
    // Asked for in the menu, not in the middle of reading.
    event.preventDefault();
    offer = event as Offer;
  });
  addEventListener('appinstalled', () => (offer = null));
}

export async function install(): Promise<void> {
  const asked = offer;
  if (!asked) return;
  offer = null;
  await asked.prompt();
}
