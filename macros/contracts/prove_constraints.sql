{#
  Hook of every model and seed: proves the constraints that its YAML declares (primary_key, unique, not_null) as soon as it is
  written and before anything reads it, in one query instead of a test of dbt for each. What the engine itself has enforced
  is not asked again. In a key no column is empty; `unique` takes empty values for equal. Seeds, which have no contract, declare
  them in their meta. `a_row_per` in its meta names what a model takes its rows and keys from, whose key is proven: all of its
  rows are there, by left joins and filters that leave none out, so that no key repeats when there are as many rows as there;
  counting them costs nothing beside grouping keys.
#}
{% macro prove_constraints() %}
    {%- set declared = (model.constraints or []) + (model.config.meta.constraints or []) -%}
    {%- set keys = [] -%}
    {%- set filled = [] -%}
    {%- for constraint in declared if constraint.type in ['primary_key', 'unique'] -%}
        {%- do keys.append(constraint.columns) -%}
        {%- do filled.extend(constraint.columns if constraint.type == 'primary_key' else []) -%}
    {%- endfor -%}
    {%- for column in model.columns.values() -%}
        {%- set types = column.constraints | map(attribute='type') | map('string') | list -%}
        {%- do keys.append([column.name]) if 'primary_key' in types or 'unique' in types -%}
        {%- do filled.append(column.name) if 'primary_key' in types or ('not_null' in types and not enforces_not_null()) -%}
    {%- endfor -%}
    {%- set rows_of = ref(model.config.meta.a_row_per) if execute and model.config.meta.a_row_per -%}
    {%- if execute and (keys or filled) -%}
        {%- set counted -%}
            select *
            from (
                select
                    {%- for column in filled %}
                    count(*) - count({{ column }}) as empty_{{ loop.index }},
                    {%- endfor %}
                    count(*) as row_count
                from {{ this }}
            ) as filled
            {%- if rows_of %}
            cross join (select count(*) as expected_count from {{ rows_of }}) as expected
            {%- endif %}
            {%- for key in keys if not rows_of %}
            cross join (
                select count(*) as repeated_{{ loop.index }}
                from (
                    select count(*) as occurrences
                    from {{ this }}
                    group by {{ key | join(', ') }}
                    having count(*) > 1
                ) as repeated
            ) as key_{{ loop.index }}
            {%- endfor %}
        {%- endset -%}
        {%- set found = run_query(counted).rows[0] -%}
        {%- set where = model.original_file_path if model.resource_type == 'seed' else this.identifier -%}
        {%- set broken = [] -%}
        {%- for column in filled -%}
            {%- set count = found['empty_' ~ loop.index] -%}
            {%- do broken.append(column ~ ' must not be empty (rows that lack it: ' ~ count ~ ')') if count -%}
        {%- endfor -%}
        {%- if rows_of and found['row_count'] != found['expected_count'] -%}
            {%- do broken.append('a row is to stand for each of ' ~ rows_of.identifier ~ ' (rows: ' ~ found['row_count'] ~ ' for '
                ~ found['expected_count'] ~ ')') -%}
        {%- endif -%}
        {%- for key in keys if not rows_of -%}
            {%- set count = found['repeated_' ~ loop.index] -%}
            {%- do broken.append(key | join(', ') ~ ' must not repeat (repeated: ' ~ repeated_values(key, count) ~ ')') if count -%}
        {%- endfor -%}
        {%- do stop_build(where ~ ': ' ~ broken | join('; ') ~ '.') if broken -%}
    {%- endif -%}
{% endmacro %}
