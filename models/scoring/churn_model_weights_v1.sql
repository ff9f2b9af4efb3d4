-- One row per portfolio × term of the churn model: the attributes it looks at and how much it moves the log-odds.
-- sqlfluff:exclude_rules:structure.column_order,ambiguous.column_count,layout.indent
with terms as (
    select * from {{ ref('int_churn_model_terms') }}
),

attributes as (
    select * from {{ ref('client_attributes') }}
),

metadata as (
    select * from {{ ref('int_churn_model_metadata') }}
),

named as (
    select
        {%- for place in [1, 2, 3] %}
        {%- for language in ['ru', 'en'] %}
        coalesce(attributes_{{ place }}.label_{{ language }}, replace(terms.feature_{{ place }}, '_', ' '))
            as name_{{ place }}_{{ language }},
        {%- endfor %}
        {%- endfor %}
        terms.*
    from terms
    {%- for place in [1, 2, 3] %}
    left join attributes as attributes_{{ place }} on terms.feature_{{ place }} = attributes_{{ place }}.attribute
    {%- endfor %}
),

final as (
    select
        named.portfolio,
        cast(named.term_number as integer) as term_number,
        case
            when named.feature_3 is not null then 'triple' when named.feature_2 is not null then 'pair' else 'attribute'
        end as term_kind,
        {%- for place in [1, 2, 3] %}
        named.feature_{{ place }} as attribute_{{ place }},
        {%- endfor %}
        {%- for language in ['ru', 'en'] %}
        named.name_1_{{ language }} || coalesce(' × ' || named.name_2_{{ language }}, '')
        || coalesce(' × ' || named.name_3_{{ language }}, '') as term_label_{{ language }},
        {%- endfor %}
        named.mean_abs_contribution as weight,
        named.mean_abs_contribution / sum(named.mean_abs_contribution) over (partition by named.portfolio)
            as weight_share,
        metadata.model_version,
        {{ data_origin_of('named.portfolio') }} as data_origin
    from named
    inner join metadata on named.portfolio = metadata.portfolio
)

select * from final
