{#
  The named steps that score one portfolio's clients; the last is <portfolio>_scored. A key orders contributions and
  carries the cell, so that the three greatest keys are the three reasons. The clients are read by each portfolio: read
  once for all, they would be copied in memory first. A client whom the model was trained on gets the contributions of the
  model of the other folds: they stand in the same list, further on by as many cells as the model has for each fold. A
  forecast scores clients who are still there, and one of whom any month was learnt from by the model that saw none of them;
  `of_states`: those months that it was learnt from, in the shares of all clients.
#}
{% macro score_portfolio(portfolio, layout, of_states=false) -%}
{%- set numbers = layout['terms'] | map(attribute='number') | list -%}
{%- set has_triples = layout['terms'] | selectattr('third') | list | length > 0 -%}
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

{{ portfolio }}_lookups as (
    select * from {{ ref('int_churn_model_lookups') }}
    where portfolio = '{{ portfolio }}'
),

-- After the join by key: a join that kept the lists of every client would copy them all.
{{ portfolio }}_place_0 as (
    select
        clients.*,
        {%- for attribute in churn_model_attributes(['category', 'yes_no']) %}
        lookups.{{ attribute['name'] }}_values,
        {%- endfor %}
        {%- for column in ['cuts', 'whole_grids', 'fine_bins', 'coarse_bins', 'rough_bins', 'contributions', 'standard_errors', 'model_version',
            'churn_definition', 'horizon_days', 'band_factor'] %}
        lookups.{{ column }},
        {%- endfor %}
        case
            when clients.fold is null then lookups.intercept_e12
            else {{ list_item('lookups.fold_intercepts', 'clients.fold') }}
        end as intercept_e12,
        clients.fold is not null as is_trained_on,
        coalesce(clients.fold, 0) * {{ layout['cells'] }} as cells_before
    from {{ portfolio }}_dealt as clients
    cross join {{ portfolio }}_lookups as lookups
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
{{ portfolio }}_grid as (
    select
        {%- for feature in layout['features'] %}
        {{ grid_position(feature) | indent(8) }},
        {%- endfor %}
        *
    from {{ portfolio }}_place_{{ layout['steps'] }}
),

{{ portfolio }}_bins as (
    select
        {%- for feature in layout['features'] %}
        {{ list_item('fine_bins', (feature['grids_before'] + 1) ~ ' + ' ~ feature['name'] ~ '_grid') }} as {{ feature['name'] }}_fine,
        {{ list_item('coarse_bins', (feature['grids_before'] + 1) ~ ' + ' ~ feature['name'] ~ '_grid') }} as {{ feature['name'] }}_coarse,
        {%- if has_triples %}
        {{ list_item('rough_bins', (feature['grids_before'] + 1) ~ ' + ' ~ feature['name'] ~ '_grid') }} as {{ feature['name'] }}_rough,
        {%- endif %}
        {%- endfor %}
        *
    from {{ portfolio }}_grid
),

{{ portfolio }}_cells as (
    select
        {%- for term in layout['terms'] %}
        {{ cell_of(term) }},
        {%- endfor %}
        *
    from {{ portfolio }}_bins
),

{{ portfolio }}_terms as (
    select
        {%- for number in numbers %}
        {{ list_item('contributions', 'cells_before + cell_' ~ number) }} as term_{{ number }},
        {%- endfor %}
        *
    from {{ portfolio }}_cells
),

{{ portfolio }}_keys as (
    select
        {%- for number in numbers %}
        term_{{ number }} * 100000 + cell_{{ number }} as key_{{ number }},
        {%- endfor %}
        *
    from {{ portfolio }}_terms
),

{{ greatest_keys(portfolio, numbers) }}

{{ portfolio }}_scored as (
    select
        portfolio,
        client_key,
        is_churned,
        data_origin,
        model_version,
        churn_definition,
        horizon_days,
        band_factor,
        is_trained_on,
        standard_errors,
        intercept_e12,
        intercept_e12{% for number in numbers %} + term_{{ number }}{% endfor %} as log_odds_e12,
        case when {{ var('keep_contributions') | lower }} then {{ list_of(('term_' ~ numbers | join(',term_')).split(',')) }} end
            as contributions_e12,
        {%- for place in [1, 2, 3] %}
        reason_{{ place }} as reason_{{ place }}_cell,
        {{ list_item('contributions', 'cells_before + reason_' ~ place) }} as contribution_{{ place }}_e12{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ portfolio }}_reasons
)
{%- endmacro %}
