-- Claim: a bin without a lower or upper bound is told without one ("from 4 140 000", never "4 140 000–0").
with phrases as (
    select * from {{ ref('int_churn_model_phrases') }}
),

bins as (
    select * from {{ ref('int_churn_model_bins') }}
)

select
    phrases.portfolio,
    phrases.feature,
    phrases.bin_level,
    phrases.bin,
    phrases.phrase_en,
    bins.lower_bound,
    bins.upper_bound
from phrases
inner join bins
    on
        phrases.portfolio = bins.portfolio
        and phrases.feature = bins.feature
        and phrases.bin_level = bins.bin_level
        and phrases.bin = bins.bin
where
    bins.bin_kind = 'number'
    and ((phrases.low is null) <> (bins.lower_bound is null) or (phrases.high is null) <> (bins.upper_bound is null))
