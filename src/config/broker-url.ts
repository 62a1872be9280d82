/** Names a broker, and how it is reached. */
export function isBrokerUrl(text: string): boolean {
  return /^mqtts?:\/\//.test(text) && URL.canParse(text) && new URL(text).hostname !== '';
}
