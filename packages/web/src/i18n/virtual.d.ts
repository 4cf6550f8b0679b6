declare module 'virtual:messages' {
  type Compiled = Record<string, string | ((values: Record<string, string | number>) => string)>;
  type Part = 'shell' | 'admin' | 'chat' | 'groups' | 'notifications' | 'settings';
  type Load = () => Promise<{ default: Compiled }>;
  const loaders: Record<'en' | 'fr', Record<Part, Load>>;
  export default loaders;
}
