{#
  The named steps from where clients stand in the grids of a portfolio's model to the contributions of its terms, `term_1` and
  on; the last is <portfolio>_terms. `grids` names what has `fold` and a column `<attribute>_grid` for each of the model's
  attributes. A client whom the model was trained on gets the contributions of the model of the other folds: they stand in the
  same list, further on by as many cells as the model has for each fold.
#}
{% macro terms_of_grids(portfolio, layout, grids) -%}
{%- set has_triples = layout['terms'] | selectattr('third') | list | length > 0 -%}
{{ portfolio }}_lookups as (
    select * from {{ ref('int_churn_model_lookups') }}
    where portfolio = '{{ portfolio }}'
),

-- A join by key, instead of with the one row that there is, would copy its lists for every client.
{{ portfolio }}_looked_up as (
    select
        {%- for column in ['model_version', 'churn_definition', 'horizon_days', 'band_factor', 'contributions', 'standard_errors',
            'reasons_ru', 'reasons_en', 'fine_bins', 'coarse_bins', 'rough_bins'] %}
        lookups.{{ column }},
        {%- endfor %}
        case
            when grids.fold is null then lookups.intercept_e12
            else {{ list_item('lookups.fold_intercepts', 'grids.fold') }}
        end as intercept_e12,
        coalesce(grids.fold, 0) * {{ layout['cells'] }} as cells_before,
        grids.*
    from {{ grids }} as grids
    cross join {{ portfolio }}_lookups as lookups
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
    from {{ portfolio }}_looked_up
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
        {%- for term in layout['terms'] %}
        {{ list_item('contributions', 'cells_before + cell_' ~ term['number']) }} as term_{{ term['number'] }},
        {%- endfor %}
        *
    from {{ portfolio }}_cells
)
{%- endmacro %}
