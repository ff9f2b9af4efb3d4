-- One row per portfolio × attribute × bin: how the churn model's log-odds move along one attribute, to be plotted.
with cells as (
    select * from {{ ref('int_churn_model_cells') }}
),

attributes as (
    select * from {{ ref('client_attributes') }}
),

metadata as (
    select * from {{ ref('int_churn_model_metadata') }}
),

final as (
    select
        cells.portfolio,
        cells.feature_1 as attribute,
        coalesce(attributes.label_ru, replace(cells.feature_1, '_', ' ')) as attribute_label_ru,
        coalesce(attributes.label_en, replace(cells.feature_1, '_', ' ')) as attribute_label_en,
        cast(cells.bin_1 as integer) as bin_order,
        cells.bin_kind_1 as bin_kind,
        cells.low_1 as low,
        cells.high_1 as high,
        cells.category_1 as category,
        cells.reason_ru as label_ru,
        cells.reason_en as label_en,
        cells.contribution_e12 / 1e12 as contribution,
        cast(cells.weight as bigint) as client_count,
        coalesce({{ is_tiny('cells.weight') }}, false) as is_suppressed,
        metadata.model_version,
        {{ data_origin_of('cells.portfolio') }} as data_origin
    from cells
    inner join metadata on cells.portfolio = metadata.portfolio
    left join attributes on cells.feature_1 = attributes.attribute
    where cells.feature_2 is null and cells.bin_kind_1 is not null
)

select * from final
