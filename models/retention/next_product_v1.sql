-- One row per portfolio × product × group of clients who hold it more often than all: the share of holders there, seen
-- in the half of the clients in which the group was not found.
-- sqlfluff:exclude_rules:layout.indent
with groups as (
    select * from {{ ref('int_next_product_groups') }}
),

bounds as (
    select * from {{ ref('int_next_product_bounds') }}
),

products as (
    select * from {{ ref('products') }}
),

labels as (
    select * from {{ ref('int_value_labels') }}
),

attributes as (
    select * from {{ ref('client_attributes') }}
),

-- "low" and "yes" say nothing without the attribute's name.
named as (
    select
        labels.portfolio,
        labels.attribute,
        labels.attribute_value,
        {%- for language in ['ru', 'en'] %}
        case
            when {{ is_named_with_attribute('attributes') }}
                then labels.attribute_label_{{ language }} || ': '
            else ''
        end || labels.value_label_{{ language }} as label_{{ language }}{{ ',' if not loop.last }}
        {%- endfor %}
    from labels
    inner join attributes on labels.attribute = attributes.attribute
),

final as (
    select
        groups.portfolio,
        groups.product_code,
        groups.place as group_place,
        products.label_ru as product_label_ru,
        products.label_en as product_label_en,
        products.annual_value,
        groups.attribute_1,
        groups.value_1,
        groups.attribute_2,
        groups.value_2,
        first_names.label_ru || coalesce(', ' || second_names.label_ru, '') as group_label_ru,
        first_names.label_en || coalesce(', ' || second_names.label_en, '') as group_label_en,
        groups.client_count,
        groups.holder_count,
        cast(groups.holder_count as double) / groups.client_count as holder_share,
        {{ wilson_bound('groups.holder_count', 'groups.client_count', 'low') }} as ci_low,
        {{ wilson_bound('groups.holder_count', 'groups.client_count', 'high') }} as ci_high,
        bounds.lower_bound,
        groups.comparison_count,
        cast(groups.whole_holder_count as double) / groups.whole_client_count as base_share,
        {{ is_suppressed('groups.client_count') }} as is_suppressed,
        {{ data_origin_of('groups.portfolio') }} as data_origin
    from groups
    inner join bounds
        on
            groups.portfolio = bounds.portfolio
            and groups.product_code = bounds.product_code
            and groups.place = bounds.place
    inner join products on groups.product_code = products.product_code
    inner join named as first_names
        on
            groups.portfolio = first_names.portfolio
            and groups.attribute_1 = first_names.attribute
            and groups.value_1 = first_names.attribute_value
    left join named as second_names
        on
            groups.portfolio = second_names.portfolio
            and groups.attribute_2 = second_names.attribute
            and groups.value_2 = second_names.attribute_value
    where bounds.lower_bound > cast(groups.whole_holder_count as double) / groups.whole_client_count
)

select * from final
