-- What the list searches and reminds of, beside the first name: the other names, the order's reference at the
-- certificate authority, and the time until which something must be done (0 for none). All of it follows from
-- doc. What can't be read there is left empty: damage is found when the order is read.
ALTER TABLE orders ADD COLUMN words     TEXT NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN more      INTEGER NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN deadline  INTEGER NOT NULL DEFAULT 0;

UPDATE orders SET
  words = (SELECT trim(COALESCE(json_extract(j.doc, '$.snapshot.reference'), '') || ' ' ||
      COALESCE((SELECT group_concat(json_extract(n.value, '$.value'), ' ') FROM json_each(j.doc, '$.snapshot.names') n), '') || ' ' ||
      COALESCE(json_extract(j.doc, '$.application.mailbox'), '') || ' ' ||
      replace(COALESCE(json_extract(j.doc, '$.application.domains'), ''), char(10), ' '))
    FROM (SELECT CASE WHEN json_valid(d.doc) THEN d.doc ELSE '{}' END AS doc FROM documents d WHERE d.order_id = orders.id) j),
  more = (SELECT max(COALESCE(json_array_length(j.doc, '$.snapshot.names'), 0) - 1, 0)
    FROM (SELECT CASE WHEN json_valid(d.doc) THEN d.doc ELSE '{}' END AS doc FROM documents d WHERE d.order_id = orders.id) j),
  deadline = (SELECT CASE WHEN orders.phase = 'draft'
      THEN COALESCE(unixepoch(json_extract(j.doc, '$.licence.activation_expires')), 0) * 1000 ELSE 0 END
    FROM (SELECT CASE WHEN json_valid(d.doc) THEN d.doc ELSE '{}' END AS doc FROM documents d WHERE d.order_id = orders.id) j)
WHERE EXISTS (SELECT 1 FROM documents d WHERE d.order_id = orders.id);
