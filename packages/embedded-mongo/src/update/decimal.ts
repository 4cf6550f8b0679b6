/** Exact decimal arithmetic on texts; rounding to 34 digits is left to Decimal128. */
interface Scaled {
  digits: bigint;
  exponent: number;
}

function parse(text: string): Scaled | undefined {
  const match = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text);
  if (!match) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const digits = BigInt(`${whole}${fraction}` || '0');
  return { digits: sign === '-' ? -digits : digits, exponent: Number(exponent) - fraction.length };
}

function print({ digits, exponent }: Scaled): string {
  return `${digits}E${exponent}`;
}

/** Beyond this difference the smaller number cannot reach into 34 digits. */
const FAR = 80;

export function addDecimals(a: string, b: string): string {
  const x = parse(a);
  const y = parse(b);
  if (!x || !y) return notFinite(a, b, (p, q) => p + q);
  if (x.digits === 0n) return print(y);
  if (y.digits === 0n) return print(x);
  if (Math.abs(x.exponent - y.exponent) > FAR) return print(x.exponent > y.exponent ? x : y);
  const exponent = Math.min(x.exponent, y.exponent);
  const scale = ({ digits, exponent: own }: Scaled) => digits * 10n ** BigInt(own - exponent);
  return print({ digits: scale(x) + scale(y), exponent });
}

export function multiplyDecimals(a: string, b: string): string {
  const x = parse(a);
  const y = parse(b);
  if (!x || !y) return notFinite(a, b, (p, q) => p * q);
  return print({ digits: x.digits * y.digits, exponent: x.exponent + y.exponent });
}

function notFinite(a: string, b: string, calculate: (a: number, b: number) => number): string {
  return String(calculate(Number(a), Number(b)));
}
