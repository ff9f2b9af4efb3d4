{#
  The named steps that find where one portfolio's clients stand in the grids of the model's attributes; the last is
  <portfolio>_grids, with a column `<attribute>_grid` each and `fold`. The clients are read by each portfolio: read once for
  all, they would be copied in memory first. A forecast scores clients who are still there, and one of whom any month was
  learnt from by the model that saw none of them; `of_states`: those months that it was learnt from, in the shares of all clients.
#}
{% macro place_in_grids(portfolio, layout, of_states=false) -%}
{%- set key = 'client_id' if layout['is_forecast'] and not of_states else 'client_key' %}
{{ portfolio }}_clients as (
    {%- if of_states %}
    select
        states.portfolio,
        states.client_key,
        {%- for attribute in churn_model_attributes() %}
        states.{{ attribute['name'] }},
        {%- endfor %}
        states.is_leaver as is_churned,
        states.data_origin
    from {{ ref('int_forecast_rows') }} as states
    inner join {{ ref('int_churn_model_sample') }} as sampled
        on states.client_key = sampled.client_key and sampled.is_trained_on and sampled.is_representative
    where states.portfolio = '{{ portfolio }}'
    {%- elif layout['is_forecast'] %}
    select
        {%- for attribute in client_attributes('forecast') %}
        changes.{{ attribute['name'] }},
        {%- endfor %}
        clients.*
    from (
        {{ attributes_of_clients() | indent(4) }}
        where portfolio = '{{ portfolio }}' and is_churned is not true
    ) as clients
    left join {{ ref('int_client_changes') }} as changes
        on clients.client_key = changes.client_key and clients.snapshot_date = changes.snapshot_date
    {%- else %}
    {{ attributes_of_clients() }}
    where portfolio = '{{ portfolio }}'
    {%- endif %}
),

{{ portfolio }}_folds as (
    select{{ ' distinct' if layout['is_forecast'] }}
        {{ key }},
        fold
    from {{ ref('int_churn_model_sample') }}
    where portfolio = '{{ portfolio }}'{{ ' and is_trained_on' if layout['is_forecast'] }}
),

{{ portfolio }}_dealt as (
    select
        clients.*,
        folds.fold
    from {{ portfolio }}_clients as clients
    left join {{ portfolio }}_folds as folds on clients.{{ key }} = folds.{{ key }}
),

{{ portfolio }}_cuts as (
    select * from {{ ref('int_churn_model_cuts') }}
    where portfolio = '{{ portfolio }}'
),

-- After the join by key: a join that kept the lists of every client would copy them all.
{{ portfolio }}_place_0 as (
    select
        clients.*,
        {%- for attribute in churn_model_attributes(['category', 'yes_no']) %}
        cuts.{{ attribute['name'] }}_values,
        {%- endfor %}
        cuts.whole_grids,
        cuts.cuts
    from {{ portfolio }}_dealt as clients
    cross join {{ portfolio }}_cuts as cuts
),

{% for step in range(1, layout['steps'] + 1) -%}
{{ portfolio }}_place_{{ step }} as (
    select
        {%- for feature in layout['features'] if feature['steps'] >= step %}
        {{ place_among_cuts(feature, step) | indent(8) }},
        {%- endfor %}
        *
    from {{ portfolio }}_place_{{ step - 1 }}
),

{% endfor -%}
{{ portfolio }}_grids as (
    select
        {%- for feature in layout['features'] %}
        {{ grid_position(feature) | indent(8) }},
        {%- endfor %}
        *
    from {{ portfolio }}_place_{{ layout['steps'] }}
)
{%- endmacro %}
