-- One row per portfolio × way of grouping × group × city: how many of the group's clients live there, and its place.
with cells as (
    select * from {{ ref('int_portrait_cells') }}
    where city is not null
),

labels as (
    select * from {{ ref('int_value_labels') }}
    where attribute = 'city'
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
        counted.*,
        labels.value_label_ru as city_label_ru,
        labels.value_label_en as city_label_en,
        cast(
            sum(counted.all_client_count) over (
                partition by counted.portfolio, counted.group_kind, counted.group_code
            ) as bigint
        ) as known_client_count,
        row_number() over (
            partition by counted.portfolio, counted.group_kind, counted.group_code
            order by counted.all_client_count desc, counted.city asc
        ) as place
    from counted
    left join labels on counted.portfolio = labels.portfolio and counted.city = labels.attribute_value
)

select * from placed
