-- The public key that an order's request asks for, by which a certificate finds its order also where the key is not
-- here. It follows from the request; NULL is an order of an older version, read when it is first looked for.
ALTER TABLE orders ADD COLUMN request_spki TEXT;
CREATE INDEX orders_request ON orders (request_spki) WHERE request_spki <> '';
CREATE INDEX orders_unread ON orders (id) WHERE request_spki IS NULL;
