/** Tests of files that share a process, until all files are loaded: AVA begins in the moment that it knows of one. */
const declarations: (() => void)[] = [];

export function declareLater(declaration: () => void): void {
  declarations.push(declaration);
}

export function declareAll(): void {
  for (const declaration of declarations.splice(0)) declaration();
}
