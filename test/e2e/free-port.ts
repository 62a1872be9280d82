import { createServer } from 'node:net';

/**
 * Returns a port of the loopback interface that nothing listens on. It is not one of those that the kernel gives to
 * whoever asks for any port, and so stays free while its server is away.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().on('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
