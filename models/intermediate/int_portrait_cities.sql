-- One row per portfolio × way of grouping × group × city: how many of the group's clients live there, and its place.
with cells as (
    select * from {{ ref('int_portrait_cells') }}
    where city is not null
),

counted as (
    {%- for kind, code in portrait_kinds().items() %}
    select
        portfolio,
        '{{ kind }}' as group_kind,
        {{ code }} as group_code,
        city,
        cast(sum(all_client_count) as bigint) as all_client_count
    from cells
    where {{ code }} is not null
    group by portfolio, {{ code }}, city
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

placed as (
    select
        *,
        cast(sum(all_client_count) over (partition by portfolio, group_kind, group_code) as bigint)
            as known_client_count,
        row_number() over (
            partition by portfolio, group_kind, group_code order by all_client_count desc, city asc
        ) as place
    from counted
)

select * from placed
