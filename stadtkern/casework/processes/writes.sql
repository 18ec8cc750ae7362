-- What a step changes, one part per table. `writes.py` joins the parts a step needs into ONE statement: one round trip,
-- whatever happened. Foreign keys are checked at the commit.

-- part: moved
UPDATE processes_instance
SET state = %(state)s, status = %(status)s, state_code = %(state_code)s, ended_at = %(ended_at)s
WHERE id = %(instance)s

-- part: done_task
UPDATE processes_task
SET status = 'done', closed_at = %(now)s, action = %(action)s, closed_by_id = %(closed_by)s
WHERE instance_id = %(instance)s AND number = %(done)s AND status = 'open'

-- part: closed_tasks
UPDATE processes_task SET status = 'cancelled', closed_at = %(now)s
WHERE instance_id = %(instance)s AND number = ANY (%(closed_tasks)s) AND status = 'open'

-- part: closed_waits
DELETE FROM processes_wait WHERE instance_id = %(instance)s AND number = ANY (%(closed_waits)s)

-- part: closed_incidents
UPDATE processes_incident SET closed_at = %(now)s, closed_by_name = %(actor_full)s
WHERE instance_id = %(instance)s AND number = ANY (%(closed_incidents)s) AND closed_at IS NULL

-- part: tasks
INSERT INTO processes_task
  (tenant_id, instance_id, number, node, name, role, assignee_key, form, actions, data, due_at, status, opened_at, action)
SELECT %(tenant)s, %(instance)s, n.number, n.node, n.name, n.role, n.assignee_key, n.form, n.actions, n.data, n.due_at, 'open',
  %(now)s, ''
FROM jsonb_to_recordset(%(tasks)s::jsonb) AS n (number int, node text, name text, role text, assignee_key text, form text,
  actions text, data jsonb, due_at timestamptz)

-- part: waits
INSERT INTO processes_wait (tenant_id, instance_id, number, kind, node, name, key, due_at, detail, attempts)
SELECT %(tenant)s, %(instance)s, n.number, n.kind, n.node, n.name, n.key, n.due_at, n.detail, 0
FROM jsonb_to_recordset(%(waits)s::jsonb) AS n (number int, kind text, node text, name text, key text, due_at timestamptz,
  detail jsonb)
ON CONFLICT (instance_id, number) DO UPDATE SET due_at = excluded.due_at, detail = excluded.detail, attempts = 0

-- part: incidents
INSERT INTO processes_incident
  (tenant_id, instance_id, number, node, code, message, message_en, detail, opened_at, closed_by_name)
SELECT %(tenant)s, %(instance)s, n.number, n.node, n.code, n.message, n.message_en, n.detail, %(now)s, ''
FROM jsonb_to_recordset(%(incidents)s::jsonb) AS n (number int, node text, code text, message text, message_en text,
  detail jsonb)

-- part: step
INSERT INTO processes_step (tenant_id, instance_id, at, event, actor_name, way, decisions, cause)
VALUES (%(tenant)s, %(instance)s, %(now)s, %(event)s, %(actor)s, %(way)s::jsonb, %(decisions)s::jsonb, %(cause)s)
