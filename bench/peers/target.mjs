// What every engine works on: a register by key, read with GET and written with POST, which says what it expects to find
// (412 when it finds something else), in a process of its own.
// It counts, so that a run can show that all engines made the same calls, and none twice.
import http from 'node:http';

const delayMs = Number(process.argv[2] ?? 0);
const values = new Map();
const counts = { reads: 0, writes: 0, refused: 0, repeated: 0 };

function answer(response, status, body) {
  const send = () => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  if (delayMs > 0) setTimeout(send, delayMs);
  else send();
}

const server = http.createServer((request, response) => {
  const key = request.url.slice(1);
  if (key === 'counts') return answer(response, 200, counts);
  if (request.method === 'GET') {
    counts.reads += 1;
    return answer(response, 200, values.get(key) ?? null);
  }
  let text = '';
  request.on('data', (part) => (text += part));
  request.on('end', () => {
    const { from, to } = JSON.parse(text);
    if (to === 'refuse') {
      counts.refused += 1;
      return answer(response, 409, { message: 'told to refuse' });
    }
    counts.writes += 1;
    const stands = values.get(key) ?? null;
    if (stands === to) counts.repeated += 1;
    else if (stands !== from) return answer(response, 412, { message: 'something else is there' });
    if (to === null) values.delete(key);
    else values.set(key, to);
    return answer(response, 200, to);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log(`ready http://127.0.0.1:${server.address().port}`));
