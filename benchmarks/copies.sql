-- Copies of the one instance there is, with its tasks and steps; the parameter says how many. For measuring with many open instances only.
WITH one AS (SELECT * FROM processes_instance), copies AS (
  INSERT INTO processes_instance (tenant_id, version_id, process, subject_kind, subject_id, parent_id, parent_wait, key,
    status, state, state_code, started_at, ended_at)
  SELECT one.tenant_id, one.version_id, one.process, one.subject_kind, s.id, NULL, 0, 'bench-' || s.id, one.status,
    replace(one.state, one.key, 'bench-' || s.id), one.state_code, one.started_at, NULL
  FROM one, (SELECT uuidv7() AS id FROM generate_series(1, %s)) AS s
  RETURNING id
), tasks AS (
  INSERT INTO processes_task (tenant_id, instance_id, number, node, name, role, assignee_key, form, actions, data, due_at,
    status, opened_at, action)
  SELECT t.tenant_id, copies.id, t.number, t.node, t.name, t.role, t.assignee_key, t.form, t.actions, t.data,
    t.due_at + random() * interval '90 days', t.status, t.opened_at, t.action
  FROM processes_task t, copies
)
INSERT INTO processes_step (tenant_id, instance_id, at, event, actor_name, way, decisions, cause)
SELECT s.tenant_id, copies.id, s.at, s.event, s.actor_name, s.way, s.decisions, s.cause FROM processes_step s, copies
