-- One row per attribute of a client, or what is made of one: its form, what it is made of, where it serves, its names.
-- sqlfluff:exclude_rules:structure.column_order,ambiguous.column_count,layout.indent
with declared as (
    {%- for attribute in client_attributes() %}
    select
        '{{ attribute.name }}' as attribute,
        '{{ attribute.made_of }}' as made_of,
        '{{ attribute.kind }}' as kind,
        '{{ attribute.form }}' as form,
        '{{ attribute.band or attribute.name }}' as group_attribute,
        '{{ attribute.bands or "none" }}' as bands,
        {{ attribute.is_additional | lower }} as is_additional,
        cast({{ "'" ~ attribute.product ~ "'" if attribute.product else 'null' }} as {{ dbt.type_string() }})
            as product_code,
        '{{ attribute.roles | join(",") }}' as role_names,
        cast({{ loop.index }} as integer) as place
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
),

products as (
    select * from {{ ref('products') }}
),

labels as (
    select * from {{ ref('labels') }}
    where value is null
),

-- A number is called by its own name, all else by that of the attribute; a band without a name by that of its number.
labelled as (
    select
        declared.*,
        {%- for language in ['ru', 'en'] %}
        coalesce(
            case when declared.form in ('whole_number', 'amount') then metrics.label_{{ language }} end,
            own.label_{{ language }},
            products.label_{{ language }},
            sources.label_{{ language }},
            metrics.label_{{ language }},
            replace(declared.made_of, '_', ' ')
        ) as label_{{ language }},
        {%- endfor %}
        cast(coalesce(metrics.decimals, 1) as integer) as decimals
    from declared
    left join products on declared.product_code = products.product_code
    left join labels as own on declared.attribute = own.name and own.kind = 'attribute'
    left join labels as sources on declared.made_of = sources.name and sources.kind = 'attribute'
    left join labels as metrics
        on
            metrics.kind = 'metric'
            and metrics.name
            = case when declared.kind in ('absence', 'change') then declared.attribute else declared.made_of end
),

-- Where another word is usual in a sentence of one kind, it stands among the labels under that kind.
final as (
    select
        {%- for use in ['check', 'reason', 'portrait'] %}
        {%- for language in ['ru', 'en'] %}
        coalesce({{ use }}_labels.label_{{ language }}, labelled.label_{{ language }})
            as {{ use }}_label_{{ language }},
        {%- endfor %}
        {%- endfor %}
        labelled.*
    from labelled
    {%- for use in ['check', 'reason', 'portrait'] %}
    left join labels as {{ use }}_labels
        on labelled.attribute = {{ use }}_labels.name and {{ use }}_labels.kind = '{{ use }}'
    {%- endfor %}
)

select * from final
