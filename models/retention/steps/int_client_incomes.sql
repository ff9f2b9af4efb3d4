-- One row per client who has not left: the attributes, and the income of a year or of the days that such clients stay.
-- sqlfluff:exclude_rules:structure.column_order,ambiguous.column_count,layout.indent
{%- set by_stay = var('client_value_horizon') == 'expected_stay' and has_months() %}
{%- set most = (client_attributes() | selectattr('name', 'equalto', 'product_count') | first)['range'][1] | int %}

with clients as (
    select * from {{ ref('int_segmented_clients') }}
    where is_churned is not true
),

product_values as (
    select * from {{ ref('product_values') }}
),

-- Few numbers of products exist: they alone are compared with the bounds, not each client's.
annual_values as (
    select
        counts.product_count,
        product_values.annual_value
    from (
        values
        {%- for count in range(0, most + 1) %}
        ({{ count }}){{ ',' if not loop.last }}
        {%- endfor %}
    ) as counts (product_count)
    {{ join_product_values('counts') }}
),

{% if by_stay -%}
stays as (
    select * from {{ ref('time_to_leave') }}
    where stay_days is not null
),

{% endif -%}
-- What is not stated is worth nothing here: a promise is made on what is known only.
final as (
    select
        clients.*,
        {%- if by_stay %}
        -- Of its segment, else of everybody; where months do not tell it, a year.
        ({{ yearly_income('clients', 'annual_values') }}) * (coalesce(own.stay_days, everybody.stay_days, 365) / 365e0)
            as value_at_risk,
        case when coalesce(own.stay_days, everybody.stay_days) is null then 'year' else 'expected_stay' end
            as income_horizon
        {%- else %}
        {{ yearly_income('clients', 'annual_values') }} as value_at_risk,
        'year' as income_horizon
        {%- endif %}
    from clients
    inner join annual_values on coalesce(clients.product_count, 0) = annual_values.product_count
    {%- if by_stay %}
    left join stays as own
        on
            clients.portfolio = own.portfolio
            and own.segment_version = {{ segment_versions() | max }}
            and clients.segment_v{{ segment_versions() | max }} = own.segment_code
    left join stays as everybody
        on clients.portfolio = everybody.portfolio and everybody.segment_version = 0
    {%- endif %}
)

select * from final
