-- The services that have cases in work in somebody's responsibility. Walks from one service to the next along the index
-- (state_kind, service_slug) instead of reading every case; one look into an index per service and kind of place.
WITH RECURSIVE walk (kind, slug) AS (
    SELECT k.kind, (
        SELECT c.service_slug FROM cases_case c WHERE c.state_kind = k.kind ORDER BY c.service_slug LIMIT 1
    )
    FROM (VALUES ('open'::varchar), ('waiting'::varchar)) AS k (kind)
    UNION ALL
    SELECT walk.kind, (
        SELECT c.service_slug FROM cases_case c
        WHERE c.state_kind = walk.kind AND c.service_slug > walk.slug ORDER BY c.service_slug LIMIT 1
    )
    FROM walk WHERE walk.slug IS NOT NULL
)
SELECT walk.slug, (
    SELECT c.service_title FROM cases_case c
    WHERE c.state_kind = walk.kind AND c.service_slug = walk.slug AND c.parent_id IS NULL LIMIT 1
) AS title
FROM walk
WHERE walk.slug IS NOT NULL AND (
    %(everywhere)s
    OR EXISTS (
        SELECT FROM cases_case c
        WHERE c.team_id = ANY (%(teams)s) AND c.state_kind = walk.kind AND c.service_slug = walk.slug
    )
    OR EXISTS (
        SELECT FROM cases_case c
        WHERE c.office_id = ANY (%(offices)s) AND c.state_kind = walk.kind AND c.service_slug = walk.slug
    )
    OR EXISTS (
        SELECT FROM cases_case c
        WHERE c.assignee_id = ANY (%(people)s) AND c.state_kind = walk.kind AND c.service_slug = walk.slug
    )
)
ORDER BY 1, 2
