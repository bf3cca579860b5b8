// The contact read and create as bare Fastify on pg: no authentication, no validation, no telemetry.
import Fastify from 'fastify';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';

const { DATABASE_HOST, DATABASE_PORT, DATABASE_NAME, DATABASE_USER, DATABASE_PASSWORD, DATABASE_CONNECTIONS } =
  process.env;
const { PORT, TENANT_ID } = process.env;

// Each connection names its tenant once, so row-level security applies without a statement per request.
const pool = new pg.Pool({
  host: DATABASE_HOST,
  port: Number(DATABASE_PORT),
  database: DATABASE_NAME,
  user: DATABASE_USER,
  password: DATABASE_PASSWORD,
  max: Number(DATABASE_CONNECTIONS),
  options: `-c app.tenant_id=${TENANT_ID}`,
});

// A named statement is prepared once a connection.
const read = {
  name: 'read',
  text: `SELECT id, name, email, phone, address, age, gender, created_at AS "createdAt", updated_at AS "updatedAt", xmin::text AS version
    FROM contacts WHERE tenant_id = $1 AND id = $2 LIMIT 1`,
};
const insert = {
  name: 'insert',
  text: `INSERT INTO contacts (id, tenant_id, name, email, phone, address, age, gender, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) RETURNING xmin::text AS version`,
};

const app = Fastify({ logger: false });

app.get('/api/v1/contacts/:id', async (request, reply) => {
  const { rows } = await pool.query({ ...read, values: [TENANT_ID, request.params.id] });
  if (rows.length === 0) {
    return reply.code(404).send();
  }
  const { version, ...contact } = rows[0];
  return reply.header('etag', `"${version}"`).send(contact);
});

app.post('/api/v1/contacts', async (request, reply) => {
  const { name, email = null, phone = null, address = null, age = null, gender = 'unspecified' } = request.body;
  const id = uuidv7();
  const now = new Date();
  const { rows } = await pool.query({
    ...insert,
    values: [id, TENANT_ID, name, email, phone, address, age, gender, now],
  });
  return reply
    .code(201)
    .header('location', `/api/v1/contacts/${id}`)
    .header('etag', `"${rows[0].version}"`)
    .send({ id, name, email, phone, address, age, gender, createdAt: now, updatedAt: now });
});

process.on('SIGTERM', () => app.close().then(() => pool.end()));
await app.listen({ host: '127.0.0.1', port: Number(PORT) });
