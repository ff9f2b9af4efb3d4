-- One row per measure of a portrait: its order, kind, name and decimals; those of numbers written out for each number.
with measures as (
    select * from {{ ref('portrait_measures') }}
),

numbers as (
    select
        *,
        row_number() over (order by case form when 'whole_number' then 1 else 2 end, place) as number_place
    from {{ ref('client_attributes') }}
    where kind = 'value' and form in ('whole_number', 'amount') and ',' || role_names || ',' like '%,portraits,%'
),

-- A yes/no attribute of a bank's own, such as a product that clients may hold.
own_shares as (
    select
        *,
        row_number() over (order by place) as share_place
    from {{ ref('client_attributes') }}
    where
        kind = 'value' and form = 'yes_no' and is_additional
        and ',' || role_names || ',' like '%,portraits,%'
),

endings as (
    select count(*) as ending_count from measures
    where measure like '{number}%'
),

final as (
    select
        measure,
        measure_order,
        kind,
        label_ru,
        label_en,
        decimals
    from measures
    where measure not like '{number}%'
    union all
    select
        replace(measures.measure, '{number}', numbers.attribute) as measure,
        cast(measures.measure_order + (numbers.number_place - 1) * endings.ending_count as integer) as measure_order,
        measures.kind,
        replace(measures.label_ru, '{label}', numbers.portrait_label_ru) as label_ru,
        replace(measures.label_en, '{label}', numbers.portrait_label_en) as label_en,
        cast(numbers.decimals as integer) as decimals
    from measures
    cross join numbers
    cross join endings
    where measures.measure like '{number}%'
    union all
    select
        attribute || '_share' as measure,
        cast(1000 + share_place as integer) as measure_order,
        'share' as kind,
        'доля с признаком «' || portrait_label_ru || '»' as label_ru,
        'share with ' || portrait_label_en as label_en,
        1 as decimals
    from own_shares
)

select * from final
