-- One row per client: typed, with canonical spellings and bands; every accepted row of every portfolio.
-- depends_on: {{ ref('bands') }}
-- sqlfluff:exclude_rules:structure.column_order,ambiguous.column_count,aliasing.self_alias.column
{%- set bands = client_attributes() | selectattr('kind', 'equalto', 'band') | list %}
{%- set supplied = client_attributes() | rejectattr('is_additional') %}
{%- set own = supplied | rejectattr('kind', 'in', ['absence', 'change']) | list %}
with checked as (
    select * from {{ ref('int_clients__checked') }}
),

judged as (
    select * from {{ ref('int_clients__judged') }}
),

bounds as (
    select
        {%- for band in bands %}
        {%- for part in bands_of(band)[:-1] %}
        max(case when attribute = '{{ band.made_of }}' and band_code = '{{ part["band_code"] }}' then upper_bound end)
            as {{ band.made_of }}_{{ loop.index }}_upper,
        {%- endfor %}
        {%- endfor %}
        portfolio
    from {{ ref('int_bands__bounds') }}
    group by portfolio
),

accepted as (
    select
        checked.portfolio,
        md5(concat_ws('|', checked.portfolio, checked.city_key, checked.client_id)) as client_key,
        checked.client_id,
        {%- for attribute in own %}
        {{ client_column(attribute) | indent(8) }},
        {%- endfor %}
        checked.city_is_known,
        judged.duplicate_kind,
        {{ typed_additional_attributes() | indent(8) }} as additional_attributes,
        {{ data_origin_of('checked.portfolio') }} as data_origin,
        {{ snapshot_date_of('checked.portfolio') | indent(8) }} as snapshot_date,
        checked.source_file,
        checked.source_row_number
    from checked
    left join judged
        on
            checked.portfolio = judged.portfolio
            and checked.source_file = judged.source_file
            and checked.source_row_number = judged.source_row_number
    left join bounds on checked.portfolio = bounds.portfolio
    where coalesce(judged.reason_codes, '') = ''
)

select * from accepted
