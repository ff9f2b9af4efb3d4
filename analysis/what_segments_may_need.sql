-- Which products might the clients of a segment use? What sets it apart: shares and medians unlike the portfolio's.
with measures as (
    select * from {{ ref('portraits') }}
    where group_kind = 'segment_v1' and not is_small_group
),

distances as (
    select
        *,
        case measure_kind when 'share' then abs(difference) else abs(difference) / nullif(abs(portfolio_value), 0) end
            as distance
    from measures
    where measure_kind = 'share' or measure like '%_median'
),

final as (
    select
        portfolio,
        group_label_ru as segment_ru,
        group_label_en as segment_en,
        measure_label_ru,
        measure_label_en,
        value,
        value_text,
        portfolio_value,
        difference,
        row_number() over (partition by portfolio, group_code order by distance desc, measure asc) as place
    from distances
    where distance >= 0.1
)

select * from final
where place <= 5
order by portfolio, segment_en, place
