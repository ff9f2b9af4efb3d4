{#
  How a portfolio's model lies in the lists of `int_churn_model_cuts` and `int_churn_model_lookups`: its attributes and its
  terms, read while compiling; none when the portfolio has no model. A number's place among its cuts takes `steps` halvings to
  find; a whole number's stands in a list, at the number plus `whole_offset`. `is_forecast`: leaving within a horizon, by months.
#}
{% macro churn_model_layout(portfolio) %}
    {%- set layout = {'features': [], 'terms': [], 'steps': 0, 'cells': 0, 'is_forecast': false} -%}
    {%- set ranges, wholes = whole_ranges(), namespace(count=0) -%}
    {%- if execute -%}
        {%- set where = " where portfolio = '" ~ portfolio ~ "' order by " -%}
        {%- for row in run_query('select feature, feature_kind, cut_count, category_count, grids_before, cuts_before from '
            ~ ref('int_churn_model_features') ~ where ~ 'feature').rows -%}
            {%- set whole = ranges.get(row[0]) -%}
            {%- set widths = [] if whole else halving_widths(row[2] | int) -%}
            {%- do layout['features'].append({'name': row[0], 'kind': row[1], 'widths': widths, 'values': row[3] | int,
                'grids_before': row[4] | int, 'cuts_before': row[5] | int, 'steps': widths | length,
                'whole_offset': wholes.count - whole[0] + 1 if whole else none}) -%}
            {%- set wholes.count = wholes.count + (whole[1] - whole[0] + 1 if whole else 0) -%}
        {%- endfor -%}
        {%- for row in run_query('select term_number, feature_1, feature_2, first_cell, width_2, feature_3, width_3, cell_count from '
            ~ ref('int_churn_model_terms') ~ where ~ 'term_number').rows -%}
            {%- do layout['terms'].append({'number': row[0] | int, 'first': row[1], 'second': row[2], 'third': row[5],
                'first_cell': row[3] | int, 'width': row[4] | int, 'width_3': row[6] | int}) -%}
            {%- do layout.update({'cells': layout['cells'] + row[7] | int}) -%}
        {%- endfor -%}
        {%- for row in run_query('select 1 from ' ~ ref('int_churn_model_metadata') ~ " where churn_definition = 'leaves_within' and portfolio = '"
            ~ portfolio ~ "'").rows -%}
            {%- do layout.update({'is_forecast': true}) -%}
        {%- endfor -%}
        {%- do layout.update({'steps': layout['features'] | map(attribute='steps') | max | default(0, true)}) -%}
    {%- endif -%}
    {{ return(layout) }}
{% endmacro %}
