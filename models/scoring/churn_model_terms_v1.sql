-- One row per portfolio × term × cell of the churn model: the bins of one to three attributes, and its contribution.
with cells as (
    select * from {{ ref('int_churn_model_cells') }}
),

bins as (
    select * from {{ ref('int_churn_model_bins') }}
),

metadata as (
    select * from {{ ref('int_churn_model_metadata') }}
),

final as (
    select
        cells.portfolio,
        cast(cells.term_number as integer) as term_number,
        case cells.bin_level when 0 then 'attribute' when 1 then 'pair' else 'triple' end as term_kind,
        cells.cell_number,
        {%- for place in [1, 2, 3] %}
        cells.feature_{{ place }} as attribute_{{ place }},
        cells.bin_kind_{{ place }},
        bins_{{ place }}.lower_bound as lower_bound_{{ place }},
        bins_{{ place }}.upper_bound as upper_bound_{{ place }},
        bins_{{ place }}.category as category_{{ place }},
        {%- endfor %}
        cells.reason_ru as label_ru,
        cells.reason_en as label_en,
        cells.contribution_e12 / 1e12 as contribution,
        cells.contribution_e12,
        cast(cells.weight as bigint) as client_count,
        metadata.model_version,
        {{ data_origin_of('cells.portfolio') }} as data_origin
    from cells
    inner join metadata on cells.portfolio = metadata.portfolio
    {%- for place in [1, 2, 3] %}
    left join bins as bins_{{ place }}
        on
            cells.portfolio = bins_{{ place }}.portfolio
            and cells.feature_{{ place }} = bins_{{ place }}.feature
            and cells.bin_level = bins_{{ place }}.bin_level
            and cells.bin_{{ place }} = bins_{{ place }}.bin
    {%- endfor %}
    -- A number has no unseen values; the place that the library keeps for them is nobody's and has no words.
    where
        cells.bin_kind_1 is not null
        {%- for place in [2, 3] %}
        and (cells.feature_{{ place }} is null or cells.bin_kind_{{ place }} is not null)
        {%- endfor %}
)

select * from final
