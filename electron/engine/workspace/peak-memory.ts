/** The highest resident memory of the process in bytes from now on, looked at twenty times a second. */
export function watchMemory(): { peak: () => number; stop: () => void } {
  let peak = process.memoryUsage.rss();
  const look = () => {
    peak = Math.max(peak, process.memoryUsage.rss());
  };
  const timer = setInterval(look, 50);
  return {
    peak: () => {
      look();
      return peak;
    },
    stop: () => clearInterval(timer),
  };
}
