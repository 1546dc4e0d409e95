-- What version 4 of the schema held. It is never changed: it stands for files that people have.
INSERT INTO orders (id, service, phase, title, product, product_type, seller_name, code_hash, token_id, key_id, not_after, created, updated, sent, words, more, deadline, request_spki)
VALUES ('order-1', 'https://shop.example.ch', 'sent', 'anna@example.ch', 'Silver', 'smime', 'Example Shop', 'c0de', 't-1', 'k-1', 1826960400000, 1795424400000, 1795424400000, 1795424400000, 'EX-1 anna@example.ch', 0, 0, '');
INSERT INTO documents (order_id, doc, csr, body, sum) VALUES ('order-1',
'{"id":"order-1","service":"https://shop.example.ch","seller":{"origin":"","name":"","endpoint":""},"phase":"sent","step":"prove","licence":{"id":"","state":"","product":{"id":"","name":"Silver","type":"smime","validation":"","names":{"min":0,"max":0},"expected":{"min_minutes":0,"max_minutes":0}},"seller_name":"Example Shop","purchase":{}},"application":{"mailbox":"anna@example.ch","administrative":{"given_name":"","surname":"","email":"","phone":""},"technical":{"given_name":"","surname":"","email":"","phone":""},"key_choice":{}},"token_id":"t-1","key_id":"k-1","code_hash":"c0de","idempotency_key":"3fdc","receipt":{"service":"","id":"","next_poll":"0001-01-01T00:00:00Z"},"last_looked":"0001-01-01T00:00:00Z","created":"2026-11-23T09:00:00Z","updated":"2026-11-23T09:00:00Z","sent":"2026-11-23T09:00:00Z"}',
x'3000', x'7b7d', x'4ffcd0ee62873a7cdc904e8e10d9e745dac99f7b80a2d382a76564ea895dc9ea');
INSERT INTO keys (id, order_id, kind, origin, algorithm, spki, created) VALUES
('k-0', 'order-1', 'key', 'made-here', 'RSA 3072', 'aa', 1795424400000),
('k-1', 'order-1', 'key', 'imported', 'P-256', 'bb', 1795424400001),
('k-2', NULL, 'key', 'made-here', 'P-256', 'cc', 1795424400002);
INSERT INTO certificates (sha256, order_id, spki, der, chain, not_before, not_after, state, set_aside, added) VALUES
('c1', 'order-1', 'bb', x'3000', '["MAA="]', 1795424400000, 1826960400000, 'current', 0, 1795424400000),
('c2', 'order-1', 'zz', x'3000', '[]', 1795424400000, 1826960400000, '', 1, 1795424400000);
INSERT INTO timeline (order_id, at, message) VALUES ('order-1', 1795424400000, '{"id":"event.sent"}');
INSERT INTO exports (id, order_id, certificate_sha256, destination, files, started) VALUES ('e1', 'order-1', 'c1', 'outlook', '[{"path":"/x/anna.p12","sha256":"aa"}]', 1795424400000);
INSERT INTO settings (key, value, updated) VALUES ('language', 'de', 1795424400000);
INSERT INTO chains (order_id, certificate_sha256, chains) VALUES ('order-1', 'c1', '[["MAA="],["MAE="]]');
