/** A voice message from the microphone, in what the browser can record and the server takes. */
const KINDS = [
  { type: 'audio/webm;codecs=opus', end: 'webm' },
  { type: 'audio/ogg;codecs=opus', end: 'ogg' },
  { type: 'audio/mp4', end: 'm4a' },
];

export type Recording = { stop: () => Promise<File> };
type Kind = (typeof KINDS)[number];

/** The first kind that both sides know; null where there is none, or no microphone to ask for. */
export function recordable(taken: string[]): Kind | null {
  if (!('MediaRecorder' in globalThis) || !navigator.mediaDevices) return null;
  const known = KINDS.filter((one) => MediaRecorder.isTypeSupported(one.type));
  return known.find((one) => taken.includes(one.type.split(';')[0] ?? '')) ?? null;
}

/** Asks for the microphone and begins; it is let go of when the recording stops. */
export async function record(taken: string[]): Promise<Recording> {
  const kind = recordable(taken);
  if (!kind) throw new Error('nothing that the server takes can be recorded here');
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const recorder = new MediaRecorder(stream, { mimeType: kind.type });
  const parts: Blob[] = [];
  recorder.ondataavailable = (event) => parts.push(event.data);
  const ended = new Promise<void>((resolve) => {
    recorder.onstop = () => resolve();
  });
  recorder.start();
  return {
    stop: async () => {
      if (recorder.state !== 'inactive') recorder.stop();
      await ended;
      for (const track of stream.getTracks()) track.stop();
      const type = kind.type.split(';')[0] ?? kind.type;
      return new File(parts, `voice.${kind.end}`, { type });
    },
  };
}
