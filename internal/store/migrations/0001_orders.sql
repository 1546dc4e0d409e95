-- Orders in two tables: what the list shows is small and read often, the rest is large and read one by one.
-- Times are milliseconds since 1970, 0 for none. Everything in the light row follows from doc.
CREATE TABLE orders (
  id            TEXT PRIMARY KEY NOT NULL,
  service       TEXT NOT NULL,
  phase         TEXT NOT NULL,
  service_state TEXT NOT NULL DEFAULT '',
  task_kind     TEXT NOT NULL DEFAULT '',
  title         TEXT NOT NULL DEFAULT '',
  product       TEXT NOT NULL DEFAULT '',
  product_type  TEXT NOT NULL DEFAULT '',
  seller_name   TEXT NOT NULL DEFAULT '',
  code_hash     TEXT NOT NULL DEFAULT '',
  code_id       TEXT NOT NULL DEFAULT '',
  token_id      TEXT NOT NULL DEFAULT '',
  key_id        TEXT NOT NULL DEFAULT '',
  not_after     INTEGER NOT NULL DEFAULT 0,
  created       INTEGER NOT NULL DEFAULT 0,
  updated       INTEGER NOT NULL DEFAULT 0,
  sent          INTEGER NOT NULL DEFAULT 0,
  next_poll     INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX orders_code ON orders (code_hash) WHERE code_hash <> '';
CREATE INDEX orders_due ON orders (next_poll) WHERE phase = 'sent';

-- sum is the SHA-256 over doc, csr and body, so that a row that was read from a damaged file is known to be
-- whole.
CREATE TABLE documents (
  order_id TEXT PRIMARY KEY NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  doc      TEXT NOT NULL,
  csr      BLOB,
  body     BLOB,
  sum      BLOB NOT NULL
) STRICT;

-- One order has many keys and many certificates. A key may be without an order.
CREATE TABLE keys (
  id        TEXT PRIMARY KEY NOT NULL,
  order_id  TEXT REFERENCES orders (id) ON DELETE CASCADE,
  kind      TEXT NOT NULL,
  origin    TEXT NOT NULL DEFAULT '',
  algorithm TEXT NOT NULL DEFAULT '',
  spki      TEXT NOT NULL DEFAULT '',
  created   INTEGER NOT NULL
) STRICT;
CREATE INDEX keys_order ON keys (order_id);
CREATE INDEX keys_spki ON keys (spki) WHERE spki <> '';

CREATE TABLE certificates (
  sha256     TEXT NOT NULL,
  order_id   TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  spki       TEXT NOT NULL,
  der        BLOB NOT NULL,
  chain      TEXT NOT NULL DEFAULT '[]', -- JSON: base64 of DER, the issuer first
  not_before INTEGER NOT NULL,
  not_after  INTEGER NOT NULL,
  state      TEXT NOT NULL DEFAULT '',
  set_aside  INTEGER NOT NULL DEFAULT 0,
  added      INTEGER NOT NULL,
  PRIMARY KEY (order_id, sha256)
) STRICT;

CREATE TABLE timeline (
  id       INTEGER PRIMARY KEY,
  order_id TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  at       INTEGER NOT NULL,
  message  TEXT NOT NULL, -- JSON of an i18n.Message
  UNIQUE (order_id, at, message)
) STRICT;

CREATE TABLE exports (
  id                 TEXT PRIMARY KEY NOT NULL,
  order_id           TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  certificate_sha256 TEXT NOT NULL,
  destination        TEXT NOT NULL,
  files              TEXT NOT NULL, -- JSON: list
  started            INTEGER NOT NULL,
  finished           INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX exports_order ON exports (order_id);

CREATE TABLE settings (
  key     TEXT PRIMARY KEY NOT NULL,
  value   TEXT NOT NULL,
  updated INTEGER NOT NULL
) STRICT;
