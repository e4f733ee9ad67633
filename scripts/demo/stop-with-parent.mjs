// Loaded into the service by the demo: when the demo is killed, the service stops in order and frees port and data.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
// The channel alone keeps nothing alive.
process.channel?.unref();
