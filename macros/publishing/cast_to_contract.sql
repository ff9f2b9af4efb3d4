{#
  The columns of this model's contract, cast to its types, from a relation that has them untyped (a Python model has no
  contract of its own). Columns named in `leave_out` are written by the model itself.
#}
{% macro cast_to_contract(leave_out) -%}
    {%- for column in model.columns.values() if column.name not in leave_out %}
    cast({{ column.name }} as {{ column_type(column.data_type) }}) as {{ column.name }},
    {%- endfor %}
{%- endmacro %}
