-- One row per cleaning scenario × value of has_balance that it keeps.
with scenarios as (
    {%- for scenario in cleaning_scenarios() %}
    select
        '{{ scenario }}' as cleaning_scenario,
        'true' as kept_has_balance
    union all
    -- A bank that supplies no balances loses nobody by leaving out missing ones.
    select
        '{{ scenario }}' as cleaning_scenario,
        'unknown' as kept_has_balance
    {%- if scenario == 'keep_all' %}
    union all
    select
        '{{ scenario }}' as cleaning_scenario,
        'false' as kept_has_balance
    {%- endif %}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select * from scenarios
