/** True for names and addresses of this machine that no other machine can reach, Unix sockets included. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name) || name.endsWith('.sock');
}
