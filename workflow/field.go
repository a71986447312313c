package workflow

import "example.org/beian/workflow/identity"

// Key is the stable name of a form field, used in storage, messages and paper.
type Key string

// Section groups the fields as the form does.
type Section string

// The sections of the form, in order.
const (
	SectionPerson    Section = "person"
	SectionWork      Section = "work"
	SectionEducation Section = "education"
	SectionDegree    Section = "degree"
	SectionTalent    Section = "talent"
)

// Kind is how a field is typed and checked.
type Kind string

// The kinds of fields.
const (
	KindText   Kind = "text"
	KindDate   Kind = "date"
	KindOption Kind = "option"
	KindPhone  Kind = "phone"
	KindID     Kind = "id"
	KindPhoto  Kind = "photo"
	KindName   Kind = "name"
)

// Class is how carefully a value is kept and shown.
type Class int

// The classes. Everything on the form is at least personal; what is on a public
// notice is marked by [Field.Published].
const (
	ClassPersonal Class = 2 // shown in full to the person and to handlers, never in groups
	ClassNumber   Class = 3 // identity numbers: encrypted, matched by value, masked in every message
	ClassScan     Class = 4 // pictures of documents and faces: never in a message
)

// Field describes one of the 27 fields of the form. The interview, the summary,
// the diff, the paper and the import all walk [Fields]; adding a field is one entry.
type Field struct {
	Key         Key
	No          int    // number in the manual's form
	Label       string // Chinese label as on the form
	English     string
	Section     Section
	Kind        Kind
	Options     []string // for KindOption, in the order offered
	Synonyms    []string // other labels people type
	Example     string   // something that can be typed as it stands
	Help        string   // one sentence for whoever fills it in
	HelpEnglish string
	MaxRunes    int // for KindText

	// Identity marks the fields that must equal the last recognition (R-C10);
	// they are never edited in the chat.
	Identity bool
	// Optional fields may stay blank (dates that do not apply, the photo).
	Optional bool
	// AllowNone fields take 无 (R-D04).
	AllowNone bool
	// Published fields are printed on the 公示信息 (PIPL §25: never the identity
	// number, the phone or the birth date).
	Published bool
	// Printed fields are on the 备案申请表; changing one outdates the paper (R-E05).
	Printed bool
	// Class says how the value is kept and shown.
	Class Class
	// Local options are those of the official system, which the manual does not show
	// whole: the policy may replace them.
	Local bool
	// Demands is the material slot that a change of this field asks for (R-F03), or 0.
	Demands Slot
	// Rule is the requirement this field comes from.
	Rule string
}

// The keys of all fields.
const (
	Name         Key = "name"
	Sex          Key = "sex"
	IDType       Key = "id_type"
	IDNumber     Key = "id_number"
	Photo        Key = "photo"
	Phone        Key = "phone"
	Birth        Key = "birth"
	Nation       Key = "nation"
	Birthplace   Key = "birthplace"
	Politics     Key = "politics"
	ArrivedOn    Key = "arrived_on"
	Industry     Key = "industry"
	Employment   Key = "employment"
	Unit         Key = "unit"
	UnitType     Key = "unit_type"
	Post         Key = "post"
	Profession   Key = "profession"
	Education    Key = "education"
	EduMajor     Key = "education_major"
	School       Key = "school"
	GraduatedOn  Key = "graduated_on"
	Degree       Key = "degree"
	DegreeMajor  Key = "degree_major"
	DegreeSchool Key = "degree_school"
	DegreeOn     Key = "degree_on"
	Category     Key = "category"
	Condition    Key = "condition"
)

// None is what a field that does not apply holds (R-D04).
const None = "无"

// Masked reports whether the value is shown only in part.
func (f Field) Masked() bool { return f.Class >= ClassNumber || f.Kind == KindPhone }

// Values holds the answers of the form. A missing key is unanswered.
type Values map[Key]string

// Fields returns the catalogue in the order of the form.
func Fields() []Field { return append([]Field(nil), catalogue[:]...) }

// FieldOf returns the field with the given key; ok is false for an unknown key.
func FieldOf(k Key) (Field, bool) {
	for i := range catalogue {
		if catalogue[i].Key == k {
			return catalogue[i], true
		}
	}
	return Field{}, false
}

// catalogue is the form of the manual, field by field. Option lists that the manual
// does not show (从事产业类别, 在职状态, 单位类别) are the coarse ones in use.
var catalogue = [...]Field{
	{
		Key: Name, No: 1, Label: "姓名", English: "Name", Class: ClassPersonal,
		Help:        "与原认定时完全一样，姓名中的间隔号写「·」。",
		HelpEnglish: "Exactly as at the last recognition; the separator in a name is ·.",
		Section:     SectionPerson, Kind: KindName, MaxRunes: 100,
		Identity: true, Published: true, Printed: true, Rule: "R-C10", Example: "陈一帆",
	},
	{
		Key: Sex, No: 2, Label: "性别", English: "Sex", Class: ClassPersonal,
		Help:        "与证件一致。",
		HelpEnglish: "As on the identity document.",
		Section:     SectionPerson, Kind: KindOption, Options: []string{"男", "女"},
		Published: true, Printed: true, Rule: "R-D01", Example: "男",
	},
	{
		Key: IDType, No: 3, Label: "证件类别", English: "ID type", Class: ClassPersonal,
		Help:        "原认定时用的证件。换过证件的先联系人事处。",
		HelpEnglish: "The document used at the last recognition; if it changed, talk to HR first.",
		Section:     SectionPerson, Kind: KindOption,
		Options: []string{
			identity.ResidentCard, identity.HMResidence, identity.TWResidence, identity.HMPermit,
			identity.TWPermit, identity.PermanentResidence, identity.Passport, identity.Officer, identity.WorkPermit,
			identity.Other,
		},
		Identity: true, Printed: true, Rule: "R-C10", Example: identity.ResidentCard,
	},
	{
		Key: IDNumber, No: 4, Label: "证件号码", English: "ID number", Class: ClassNumber,
		Help:        "原认定时的号码。这里只核对，不修改。",
		HelpEnglish: "The number of the last recognition; it is compared here, never edited.",
		Section:     SectionPerson, Kind: KindID, Synonyms: []string{"身份证号", "证件号", "身份证号码"},
		Identity: true, Printed: true, Rule: "R-C10",
	},
	{
		Key: Photo, No: 5, Label: "照片", English: "Photo", Class: ClassScan,
		Help:        "在认定系统里上传，这里不用发。",
		HelpEnglish: "Uploaded in the official system, not here.",
		Section:     SectionPerson, Kind: KindPhoto, Optional: true, Rule: "R-D07",
	},
	{
		Key: Phone, No: 6, Label: "手机", English: "Mobile", Class: ClassPersonal,
		Help:        "能联系到本人的 11 位手机号。",
		HelpEnglish: "An 11-digit mainland mobile number that reaches you.",
		Section:     SectionPerson, Kind: KindPhone, Synonyms: []string{"手机号", "手机号码", "电话", "联系电话"},
		Printed: true, Rule: "R-D01", Example: "13900001111",
	},
	{
		Key: Birth, No: 7, Label: "出生年月", English: "Date of birth", Class: ClassPersonal,
		Help:        "与证件一致。",
		HelpEnglish: "As on the identity document.",
		Section:     SectionPerson, Kind: KindDate, Synonyms: []string{"出生日期", "生日"},
		Printed: true, Rule: "R-D01", Example: "1985-03-12",
	},
	{
		Key: Nation, No: 8, Label: "民族", English: "Ethnic group", Class: ClassPersonal,
		Help:        "中国籍按证件填；外籍填「其他」。",
		HelpEnglish: "As on the identity card; foreign nationals choose 其他.",
		Section:     SectionPerson, Kind: KindOption, Options: nations[:],
		Printed: true, Rule: "R-D01", Example: "汉族",
	},
	{
		Key: Birthplace, No: 9, Label: "出生地", English: "Place of birth", Class: ClassPersonal,
		Help:        "省和市县，例如浙江磐安。",
		HelpEnglish: "Province and city or county.",
		Section:     SectionPerson, Kind: KindText, MaxRunes: 32, AllowNone: true,
		Printed: true, Rule: "R-D01", Example: "浙江磐安",
	},
	{
		Key: Politics, No: 10, Label: "政治面貌", English: "Political affiliation", Class: ClassPersonal,
		Help:        "党员、团员、群众等，按现在的情况。",
		HelpEnglish: "Present political affiliation; 群众 if none.",
		Section:     SectionPerson, Kind: KindOption, Options: politics[:],
		Printed: true, Rule: "R-D01", Example: "群众",
	},
	{
		Key: ArrivedOn, No: 11, Label: "来杭工作时间", English: "Working in Hangzhou since", Class: ClassPersonal,
		Help:        "开始在杭州工作的日子，记不清日可以只写年月。",
		HelpEnglish: "When you began to work in Hangzhou; year and month are enough.",
		Section:     SectionWork, Kind: KindDate, Synonyms: []string{"来杭", "来杭时间"},
		Printed: true, Rule: "R-D01", Example: "2015-07-01",
	},
	{
		Key: Industry, No: 12, Label: "从事产业类别", English: "Industry", Class: ClassPersonal,
		Help:        "高校教师一般选「教育」。",
		HelpEnglish: "University staff normally choose 教育.",
		Section:     SectionWork, Kind: KindOption, Local: true, Synonyms: []string{"产业", "产业类别"},
		Options: []string{"教育", "科学研究", "信息技术", "医药卫生", "文化艺术", "先进制造", "金融", "现代农业", "其他"},
		Printed: true, Rule: "R-D01", Example: "教育",
	},
	{
		Key: Employment, No: 13, Label: "在职状态", English: "Employment status", Class: ClassPersonal,
		Help:        "现在的状态，一般是「在职」。",
		HelpEnglish: "Normally 在职 (in service).",
		Section:     SectionWork, Kind: KindOption, Local: true, Synonyms: []string{"在职"},
		Options: []string{"在职", "离职", "退休"}, Printed: true, Rule: "R-D01", Example: "在职",
	},
	{
		Key: Unit, No: 14, Label: "工作单位", English: "Employer", Class: ClassPersonal,
		Help:        "现在的工作单位全称；系统里用关键字搜索后选择。",
		HelpEnglish: "Full name of the present employer; searched by keyword in the official system.",
		Section:     SectionWork, Kind: KindText, MaxRunes: 100, Synonyms: []string{"单位"},
		Published: true, Printed: true, Demands: SlotContract, Rule: "R-D05", Example: "示例师范大学",
	},
	{
		Key: UnitType, No: 15, Label: "单位类别", English: "Kind of employer", Class: ClassPersonal,
		Help:        "学校一般是「事业单位」；手册截图是企业示例，不要照抄。",
		HelpEnglish: "A university is normally 事业单位; the manual's picture shows a company.",
		Section:     SectionWork, Kind: KindOption, Local: true,
		Options: []string{"事业单位", "企业", "社会组织", "机关", "其他"}, Printed: true, Rule: "R-D01", Example: "事业单位",
	},
	{
		Key: Post, No: 16, Label: "行政职务", English: "Position", Class: ClassPersonal,
		Help:        "行政职务，没有的填「无」。",
		HelpEnglish: "Administrative post, 无 if none.",
		Section:     SectionWork, Kind: KindText, MaxRunes: 50, AllowNone: true, Synonyms: []string{"职务"},
		Published: true, Printed: true, Rule: "R-D04", Example: "讲师",
	},
	{
		Key: Profession, No: 17, Label: "从事专业", English: "Profession", Class: ClassPersonal,
		Help:        "现在从事的专业。",
		HelpEnglish: "Present field of work.",
		Section:     SectionWork, Kind: KindText, MaxRunes: 50, AllowNone: true,
		Printed: true, Rule: "R-D04", Example: "计算机科学",
	},
	{
		Key: Education, No: 18, Label: "最高学历", English: "Highest education", Class: ClassPersonal,
		Help:        "已取得的最高学历，不是学位。",
		HelpEnglish: "Highest education completed, not the degree.",
		Section:     SectionEducation, Kind: KindOption, Local: true, Synonyms: []string{"学历"},
		Options: []string{"博士研究生", "硕士研究生", "大学本科", "大学专科", "中专", "技工学校", "高中", "初中及以下", None},
		Printed: true, Demands: SlotEducation, Rule: "R-F03", Example: "博士研究生",
	},
	{
		Key: EduMajor, No: 19, Label: "所学专业(学历)", English: "Major (education)", Class: ClassPersonal,
		Help:        "最高学历证书上的专业。",
		HelpEnglish: "Major on the highest education certificate.",
		Section:     SectionEducation, Kind: KindText, MaxRunes: 50, AllowNone: true,
		Synonyms: []string{"所学专业", "学历专业"}, Printed: true, Demands: SlotEducation, Rule: "R-D04", Example: "计算机应用技术",
	},
	{
		Key: School, No: 20, Label: "毕业学校", English: "School", Class: ClassPersonal,
		Help:        "最高学历的毕业学校。",
		HelpEnglish: "School of the highest education.",
		Section:     SectionEducation, Kind: KindText, MaxRunes: 100, AllowNone: true, Synonyms: []string{"毕业院校"},
		Printed: true, Demands: SlotEducation, Rule: "R-D04", Example: "示例大学",
	},
	{
		Key: GraduatedOn, No: 21, Label: "毕业时间", English: "Graduated on", Class: ClassPersonal,
		Help:        "毕业证书上的日期；没有可以不填。",
		HelpEnglish: "Date on the graduation certificate; may stay blank.",
		Section:     SectionEducation, Kind: KindDate, Optional: true,
		Printed: true, Demands: SlotEducation, Rule: "R-D04", Example: "2013-06-30",
	},
	{
		Key: Degree, No: 22, Label: "最高学位", English: "Highest degree", Class: ClassPersonal,
		Help:        "已取得的最高学位，没有选「无学位」。",
		HelpEnglish: "Highest degree, 无学位 if none.",
		Section:     SectionDegree, Kind: KindOption, Synonyms: []string{"学位"},
		Options: []string{"无学位", "学士", "硕士", "博士", "名誉博士"}, Printed: true, Demands: SlotDegree, Rule: "R-F03", Example: "博士",
	},
	{
		Key: DegreeMajor, No: 23, Label: "所学专业(学位)", English: "Major (degree)", Class: ClassPersonal,
		Help:        "学位证书上的专业；无学位不填。",
		HelpEnglish: "Major on the degree certificate; blank without a degree.",
		Section:     SectionDegree, Kind: KindText, MaxRunes: 50, AllowNone: true,
		Synonyms: []string{"学位专业"}, Printed: true, Demands: SlotDegree, Rule: "R-D04", Example: "计算机应用技术",
	},
	{
		Key: DegreeSchool, No: 24, Label: "授予单位", English: "Degree awarded by", Class: ClassPersonal,
		Help:        "学位证书上的授予单位；无学位不填。",
		HelpEnglish: "Awarding institution; blank without a degree.",
		Section:     SectionDegree, Kind: KindText, MaxRunes: 100, AllowNone: true,
		Printed: true, Demands: SlotDegree, Rule: "R-D04", Example: "示例大学",
	},
	{
		Key: DegreeOn, No: 25, Label: "授予时间", English: "Degree awarded on", Class: ClassPersonal,
		Help:        "学位证书上的日期；无学位不填。",
		HelpEnglish: "Date on the degree certificate; blank without a degree.",
		Section:     SectionDegree, Kind: KindDate, Optional: true,
		Printed: true, Demands: SlotDegree, Rule: "R-D04", Example: "2013-06-30",
	},
	{
		Key: Category, No: 26, Label: "申请认定类别", English: "Category", Class: ClassPersonal,
		Help:        "与证书一致；有变更要重新认定，不走备案。",
		HelpEnglish: "As on the certificate; a change needs a new recognition, not a renewal.",
		Section:     SectionTalent, Kind: KindOption, Synonyms: []string{"认定类别", "类别"},
		Options: []string{"A", "B", "C", "D", "E"}, Published: true, Printed: true, Rule: "R-D08", Example: "E",
	},
	{
		Key: Condition, No: 27, Label: "申报条件", English: "Recognition criterion", Class: ClassPersonal,
		Help:        "原认定依据的条件，照抄即可。",
		HelpEnglish: "The criterion of the last recognition, copied as it was.",
		Section:     SectionTalent, Kind: KindText, MaxRunes: 200, AllowNone: true,
		Published: true, Printed: true, Rule: "R-D08",
	},
}

// nations is GB/T 3304-1991 in code order, with the two usual extensions.
var nations = [...]string{
	"汉族", "蒙古族", "回族", "藏族", "维吾尔族", "苗族", "彝族", "壮族", "布依族", "朝鲜族",
	"满族", "侗族", "瑶族", "白族", "土家族", "哈尼族", "哈萨克族", "傣族", "黎族", "傈僳族",
	"佤族", "畲族", "高山族", "拉祜族", "水族", "东乡族", "纳西族", "景颇族", "柯尔克孜族", "土族",
	"达斡尔族", "仫佬族", "羌族", "布朗族", "撒拉族", "毛南族", "仡佬族", "锡伯族", "阿昌族", "普米族",
	"塔吉克族", "怒族", "乌孜别克族", "俄罗斯族", "鄂温克族", "德昂族", "保安族", "裕固族", "京族", "塔塔尔族",
	"独龙族", "鄂伦春族", "赫哲族", "门巴族", "珞巴族", "基诺族", "其他", "外国血统中国籍人士",
}

// politics is GB/T 4762-1984 in code order.
var politics = [...]string{
	"中国共产党党员", "中国共产党预备党员", "中国共产主义青年团团员", "中国国民党革命委员会会员",
	"中国民主同盟盟员", "中国民主建国会会员", "中国民主促进会会员", "中国农工民主党党员",
	"中国致公党党员", "九三学社社员", "台湾民主自治同盟盟员", "无党派民主人士", "群众",
}
